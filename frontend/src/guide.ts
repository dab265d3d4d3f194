// 样式库: the styles that other pages load only where they need them.
import "./styles/components/board.css";
import "./styles/components/styleguide.css";
