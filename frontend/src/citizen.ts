// Enhancement only: every citizen page works as plain forms without this file.
import "./styles/citizen.css";
import { keepDrafts } from "./islands/draft";
import { focusErrors } from "./islands/errors";
import { readAloud } from "./islands/read-aloud";
import { submitOnce } from "./islands/submit-once";

submitOnce(document);
keepDrafts(document);
focusErrors(document);
readAloud(document);
