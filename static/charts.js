// Lines over months. Each chart has its table beside it, so nothing is lost without this.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const format = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en" : "vi");

// A month without figures is a gap, never a zero.
const line = (data, type) => ({
  type: "line",
  data,
  connectNulls: false,
  symbol: type === "solid" ? "circle" : "emptyCircle",
  symbolSize: 7,
  lineStyle: { width: type === "solid" ? 2.5 : 1.5, type, color: colour("--portal-blue") },
  itemStyle: { color: colour("--portal-blue") },
});

function draw(place) {
  const { labels, values, provisional } = read(place.dataset.chart);
  const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: "svg" });
  const text = { color: colour("--portal-quiet"), fontFamily: "inherit" };
  chart.setOption({
    animation: false,
    grid: { left: 72, right: 24, top: 32, bottom: 44 },
    textStyle: text,
    tooltip: { trigger: "axis", valueFormatter: (v) => (v == null ? "–" : format.format(v)) },
    xAxis: {
      type: "category",
      data: labels.map((label, at) => (provisional[at] ? `${label}\n${place.dataset.provisional}` : label)),
      axisLabel: { ...text, lineHeight: 16 },
    },
    yAxis: {
      type: "value",
      name: place.dataset.unit,
      nameTextStyle: text,
      axisLabel: { ...text, formatter: (v) => format.format(v) },
      splitLine: { lineStyle: { color: colour("--portal-line") } },
    },
    series: [
      line(values.map((value, at) => (provisional[at] ? null : value)), "solid"),
      // From the last month that is final on: what is provisional still moves.
      line(values.map((value, at) => (provisional[at] || provisional[at + 1] ? value : null)), "dashed"),
    ],
  });
}

const charts = document.querySelectorAll("[data-chart]");
charts.forEach(draw);
// Its figures come anew as they are approved.
document.body.addEventListener("htmx:oobAfterSwap", () => charts.forEach(draw));
const fit = (size) => charts.forEach((place) => echarts.getInstanceByDom(place).resize(size));
addEventListener("resize", () => fit());
// Nothing says how wide the paper is; this many px go on A4 that lies.
addEventListener("beforeprint", () => fit({ width: 1000, height: 190 }));
addEventListener("afterprint", () => fit({ width: "auto", height: "auto" }));
document.documentElement.addEventListener("themechange", () => charts.forEach(draw));
