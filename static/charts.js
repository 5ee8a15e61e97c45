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
const fit = (size) => {
  for (const place of charts) {
    const chart = echarts.getInstanceByDom(place);
    chart.resize(size);
    // A page that is printed waits for no other frame.
    chart.getZr().flush();
  }
};
addEventListener("resize", () => fit());
// Nothing says how wide the paper is: the picture is drawn at one size, and shrinks to it.
const PAPER = { width: 1000, height: 150 };
const pictures = () => document.querySelectorAll("[data-chart] svg");
addEventListener("beforeprint", () => {
  // Paper is white by night, too. The page itself is put right by its style sheet.
  const root = document.documentElement.dataset;
  const theme = root.bsTheme;
  root.bsTheme = "light";
  charts.forEach(draw);
  root.bsTheme = theme;
  fit(PAPER);
  for (const each of pictures()) each.setAttribute("viewBox", `0 0 ${PAPER.width} ${PAPER.height}`);
});
addEventListener("afterprint", () => {
  for (const each of pictures()) each.removeAttribute("viewBox");
  charts.forEach(draw);
  fit({ width: "auto", height: "auto" });
});
document.documentElement.addEventListener("themechange", () => charts.forEach(draw));
