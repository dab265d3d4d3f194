// 办理台: what a phone does in the field, and texts to start a report from.
import { workInTheField } from "./islands/field";
import { fillFromTemplates } from "./islands/template-chips";

workInTheField(document);
fillFromTemplates(document);
