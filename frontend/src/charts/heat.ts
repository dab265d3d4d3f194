// 来电时段: how many cases each hour of the week brings.
import type { Theme } from "./theme";

export interface Week {
  days: string[];
  cells: [number, number, number][];
  href: string;
}

export function heat(data: Week, theme: Theme) {
  const words = { color: theme.token("ink-3"), fontFamily: theme.font, fontSize: theme.size };
  const bare = { axisLine: { show: false }, axisTick: { show: false }, splitArea: { show: false } };
  const most = Math.max(1, ...data.cells.map(([, , n]) => n));
  return {
    tooltip: {
      formatter: ({ value }: { value: [number, number, number] }) =>
        `${data.days[value[1]]} ${value[0]}:00\n${value[2].toLocaleString()}`,
    },
    grid: { left: 3.6 * theme.size, right: 14, top: 6, bottom: 2.2 * theme.size },
    xAxis: { type: "category", data: [...Array(24).keys()], ...bare, axisLabel: { ...words, interval: 3, formatter: "{value}:00" } },
    yAxis: { type: "category", data: data.days, inverse: true, ...bare, axisLabel: words },
    visualMap: { show: false, min: 0, max: most, inRange: { color: theme.steps } },
    series: [
      {
        type: "heatmap",
        data: data.cells.map((cell) => ({
          value: cell,
          href: data.href.replace("{day}", String(cell[1] + 1)).replace("{clock}", String(cell[0])),
        })),
        itemStyle: { borderColor: theme.token("surface"), borderWidth: 2, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: theme.token("focus") } },
      },
    ],
  };
}
