// The chunk with ECharts: loaded after the page, and only the parts that are drawn with.
import { HeatmapChart, SankeyChart, ThemeRiverChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, SingleAxisComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use, type ECharts, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { heat, type Week } from "./heat";
import { river, type River } from "./river";
import { sankey, type Ways } from "./sankey";
import { base, readTheme, type Theme } from "./theme";

use([HeatmapChart, SankeyChart, ThemeRiverChart, CanvasRenderer]);
use([AriaComponent, GridComponent, LegendComponent, SingleAxisComponent, TooltipComponent, VisualMapContinuousComponent]);

export interface Pictures {
  river: River & { label: string };
  ways: Ways & { label: string };
  week: Week & { label: string };
}

const OPTIONS: { [Code in keyof Pictures]: (data: Pictures[Code], theme: Theme) => object } = { river, ways: sankey, week: heat };
const drawn = new Map<string, ECharts>();

/** Draw every chart of the page, or put new figures into those that are there. */
export function draw(pictures: Pictures, patterns: boolean): void {
  const theme = readTheme();
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const code = place.dataset.chart as keyof Pictures;
    const chart = drawn.get(code) ?? begin(place, code);
    const own = OPTIONS[code](pictures[code] as never, theme) as EChartsCoreOption;
    const common = base(theme, patterns);
    chart.setOption({ ...common, ...own, tooltip: { ...common.tooltip, ...(own["tooltip"] as object) } }, { notMerge: true });
    place.setAttribute("aria-label", pictures[code].label);
  }
}

function begin(place: HTMLElement, code: string): ECharts {
  const chart = init(place, null, { renderer: "canvas" });
  drawn.set(code, chart);
  new ResizeObserver(() => chart.resize()).observe(place);
  chart.on("click", ({ data }) => {
    const href = (data as { href?: string } | undefined)?.href;
    if (href) location.assign(href);
  });
  return chart;
}

/** The chart as a picture file, on the ground of the page. */
export function pictureOf(code: string): string | undefined {
  return drawn.get(code)?.getDataURL({ pixelRatio: 2, backgroundColor: readTheme().token("surface") });
}
