// 样式库: what only it shows, and the sheet that the board's own script brings there.
import "./styles/components/board.css";
import "./styles/components/styleguide.css";
import { switchTabs } from "./islands/tabs";

switchTabs(document);
