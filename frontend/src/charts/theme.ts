// Colours and type of charts, read from the design tokens, so that light and dark are decided in one place.
const LIGHT = {
  kinds: ["#2f74c4", "#c98a12", "#17876c", "#c9502f", "#7b54b8", "#6c7f96", "#b3527f", "#9aa6b5"],
  steps: ["#f3f6fa", "#b7d0ee", "#7fabdf", "#3672bb", "#1b4b8c"],
};
const DARK = {
  kinds: ["#5aa9ee", "#f2b94b", "#46cba9", "#ef8468", "#bb9df2", "#8fa9c7", "#dd93bb", "#5b6f8a"],
  steps: ["#13263f", "#1d4778", "#2865a8", "#4b91dd", "#9cc9fb"],
};

export interface Theme {
  token: (name: string) => string;
  isDark: boolean;
  font: string;
  size: number; // of words in a chart, in pixels: a wall is read from afar
  kinds: string[];
  steps: string[];
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const isDark = style.colorScheme === "dark";
  const size = document.querySelector(".is-wall") ? 16 : 12;
  return { token, isDark, font: token("font"), size, ...(isDark ? DARK : LIGHT) };
}

/** What every chart has: no inline styles (the policy forbids them), so tooltips are drawn, not HTML. */
export function base(theme: Theme, patterns: boolean) {
  return {
    color: theme.kinds,
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.token("ink-2") },
    aria: { enabled: patterns, label: { enabled: false }, decal: { show: patterns } }, // the server has written the label
    tooltip: {
      renderMode: "richText" as const,
      backgroundColor: theme.token("surface"),
      borderColor: theme.token("edge"),
      textStyle: { color: theme.token("ink"), fontSize: 13, fontFamily: theme.font },
    },
  };
}
