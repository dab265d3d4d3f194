// 话题河: the cases of each kind of matter, day by day.
import type { Theme } from "./theme";

export interface River {
  days: string[];
  bands: { name: string; values: number[] }[];
}

export function river(data: River, theme: Theme) {
  const words = { color: theme.token("ink-2"), fontFamily: theme.font, fontSize: theme.size };
  return {
    tooltip: { trigger: "axis" },
    legend: { top: 0, left: 12, right: 12, itemWidth: 10, itemHeight: 10, itemGap: 10, icon: "roundRect", textStyle: words },
    singleAxis: {
      type: "time",
      top: 4 * theme.size,
      bottom: 2 * theme.size,
      left: 18,
      right: 18,
      axisLine: { lineStyle: { color: theme.token("edge") } },
      splitNumber: 4,
      axisLabel: { ...words, color: theme.token("ink-3"), formatter: "{MM}-{dd}", hideOverlap: true },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    series: [
      {
        type: "themeRiver",
        boundaryGap: ["6%", "4%"],
        label: { show: false },
        emphasis: { focus: "self" },
        data: data.bands.flatMap((band) => data.days.map((day, at) => [day, band.values[at] ?? 0, band.name])),
      },
    ],
  };
}
