// 回访台: questions that the digits answer.
import { askInTurn } from "./islands/ask";

askInTurn(document);
