// 流转: from the channel through the kind of matter to where the cases stand now.
import type { Theme } from "./theme";

export interface Ways {
  nodes: { name: string; word: string; href: string }[];
  links: { source: string; target: string; value: number }[];
  kinds: string[];
}

/** The colours of results say the same as everywhere: green is done, vermilion is not content. */
const RESULTS: Record<string, string> = {
  "r:answered": "info",
  "r:content": "done",
  "r:discontent": "over-mark",
  "r:open": "idle",
  "r:sent_back": "soon-mark",
  "r:unrated": "call",
  "r:elsewhere": "edge",
};

export function sankey(data: Ways, theme: Theme) {
  const words = new Map(data.nodes.map((node) => [node.name, node.word]));
  const colour = (name: string) => {
    const result = RESULTS[name];
    if (result) return theme.token(result);
    return name.startsWith("k:") ? theme.kinds[data.kinds.indexOf(name) % theme.kinds.length] : theme.token("edge");
  };
  return {
    tooltip: {
      formatter: ({ data: said, value }: { data: { source?: string; target?: string; name?: string }; value: number }) =>
        said.source
          ? `${words.get(said.source)} → ${words.get(said.target!)}\n${value.toLocaleString()}`
          : `${words.get(said.name!)}\n${value.toLocaleString()}`,
    },
    series: [
      {
        type: "sankey",
        left: 14,
        right: 10 * theme.size,
        top: 6,
        bottom: 12,
        nodeWidth: 9,
        nodeGap: 13,
        draggable: false,
        layoutIterations: 48,
        emphasis: { focus: "trajectory" },
        lineStyle: { color: "source", opacity: theme.isDark ? 0.3 : 0.22, curveness: 0.5 },
        label: {
          color: theme.token("ink-2"),
          fontFamily: theme.font,
          fontSize: theme.size,
          width: 9.5 * theme.size,
          overflow: "truncate",
          formatter: ({ name }: { name: string }) => words.get(name) ?? name,
        },
        data: data.nodes.map((node) => ({ name: node.name, href: node.href, itemStyle: { color: colour(node.name) } })),
        links: data.links,
      },
    ],
  };
}
