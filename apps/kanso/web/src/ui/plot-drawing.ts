// What uPlot is told: sizes that follow the element's, colours that follow the theme.

import type { Axis, Options } from "uplot";
import "uplot/dist/uPlot.min.css";

export interface PlotPoint {
  /** In full. */
  readonly name: string;
  /** Below the chart. */
  readonly short: string;
  /** Percent; null where there is nothing to say. */
  readonly value: number | null;
}

export interface PlotDrawing {
  close(): void;
}

export interface PlotContent {
  readonly look: "line" | "bars";
  readonly points: readonly PlotPoint[];
  percent(value: number): string;
}

const HEIGHT = 180;

/** Draws into an element, and again whenever its width or the theme changes, until it is closed. */
export async function drawPlot(element: HTMLElement, content: PlotContent): Promise<PlotDrawing> {
  const { default: UPlot } = await import("uplot");
  const { points, look } = content;
  const places = points.map((_, place) => place);
  const values = points.map(({ value }) => value);
  let plot: InstanceType<typeof UPlot> | undefined;

  function draw(): void {
    plot?.destroy();
    const bars = look === "bars" ? UPlot.paths.bars?.({ size: [0.6, 36] }) : undefined;
    const options = optionsFor(element, content);
    const [x, y] = options.series;
    const series = [x ?? {}, { ...y, ...(bars === undefined ? {} : { paths: bars }) }];
    plot = new UPlot({ ...options, series }, [places, values], element);
  }

  draw();
  const size = new ResizeObserver(() => {
    const width = element.clientWidth;
    if (plot !== undefined && width > 0 && width !== plot.width)
      plot.setSize({ width, height: HEIGHT });
  });
  size.observe(element);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw);
  return {
    close() {
      size.disconnect();
      theme.disconnect();
      scheme.removeEventListener("change", draw);
      plot?.destroy();
      plot = undefined;
    },
  };
}

function optionsFor(element: HTMLElement, { look, points, percent }: PlotContent): Options {
  const color = (value: string) => resolved(element, value);
  const main = color("var(--habit, var(--accent))");
  const line = color("var(--plot-grid)");
  const axis: Axis = {
    stroke: color("var(--text-soft)"),
    font: `11px ${getComputedStyle(element).fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 20, 0, 0],
    scales: { x: { time: false, range: [-0.5, points.length - 0.5] }, y: { range: [0, 100] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: () => placesToName(points.length, element.clientWidth - (look === "bars" ? 0 : 60)),
        values: (_plot, splits) => splits.map((place) => points[place]?.short ?? ""),
        size: 28,
      },
      {
        ...axis,
        splits: () => [0, 25, 50, 75, 100],
        values: (_plot, splits) => splits.map(percent),
        size: 52,
      },
    ],
    series: [
      {},
      {
        stroke: main,
        width: 2,
        fill: look === "bars" ? main : color("color-mix(in oklab, currentColor 16%, transparent)"),
        points: { show: look === "line", size: 5, fill: main },
        spanGaps: false,
      },
    ],
  };
}

/** So much room the name of a point wants. */
const NAME_PX = 40;

/** The places whose names stand below the chart: as many as there is room for, the last one always. */
function placesToName(count: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / NAME_PX))));
  const places: number[] = [];
  for (let place = count - 1; place >= 0; place -= step) places.push(place);
  return places.reverse();
}

/** A colour as the canvas takes it: what the style makes of it here. */
function resolved(element: HTMLElement, value: string): string {
  const probe = element.appendChild(document.createElement("span"));
  const outer = probe.appendChild(document.createElement("span"));
  probe.style.color = "var(--habit, var(--accent))"; // what `currentColor` is
  outer.style.color = value;
  const { color } = getComputedStyle(outer);
  probe.remove();
  return color;
}
