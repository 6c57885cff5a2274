"use strict";
// Draws the figures of the page from its data. A figure is drawn when it comes into view, in the
// colours that the style has for its roles, and again when the page turns dark, light or to paper.
(() => {
  const root = document.documentElement;
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const places = [...document.querySelectorAll("[data-figure]")];
  const drawn = new Set();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let zoom = null; // the stretch of time that the reader has chosen, for all figures

  const role = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Values of `color`, `fillcolor` … that name a role get its colour; all other text stays as it is.
  const coloured = (value, key = "") => {
    if (typeof value === "string")
      return /color$/.test(key) && value.startsWith("--") ? role(value) : value;
    if (key === "colorscale") return value.map(([at, name]) => [at, role(name)]);
    if (Array.isArray(value))
      return typeof value[0] === "object" && value[0] ? value.map((each) => coloured(each)) : value;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each, name)]));
  };

  const hasTime = (figure) => figure.layout.xaxis?.type === "date";

  // One left margin for all figures, so that a moment stands in one line down the page.
  const longest = Math.max(6, ...figures.flatMap((figure) =>
    (figure.layout.yaxis?.ticktext ?? []).map((text) => text.length)));
  const margin = (width) => Math.min(longest * 6.6 + 14, width * 0.28);

  const layout = (figure, width) => {
    const { xaxis, yaxis, annotations = [], ...rest } = coloured(figure.layout);
    const line = { gridcolor: role("--grid"), linecolor: role("--line"), zeroline: false };
    return {
      font: { family: getComputedStyle(document.body).fontFamily, size: width < 600 ? 10 : 11,
        color: role("--text") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: margin(width), r: 16, t: 4, b: 30 },
      showlegend: false,
      hovermode: "closest",
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
      hoverlabel: { bgcolor: role("--card"), bordercolor: role("--line"), align: "left",
        font: { color: role("--text") } },
      annotations: annotations.map((each) => ({ ...each, font: { color: role("--muted") } })),
      xaxis: { ...line, ticks: "", ...xaxis, ...(zoom && hasTime(figure) && { range: zoom }), nticks: Math.max(3, width / 130),
        tickformatstops: [
          { dtickrange: [null, 1000], value: "%H:%M:%S.%L" },
          { dtickrange: [1000, 60000], value: "%H:%M:%S\n%Y-%m-%d" },
          { dtickrange: [60000, 86400000], value: "%H:%M\n%Y-%m-%d" },
          { dtickrange: [86400000, null], value: "%Y-%m-%d" }] },
      yaxis: { ...line, ...yaxis, fixedrange: true, ticks: "", showgrid: !yaxis?.ticktext },
      ...rest,
    };
  };

  const draw = (place) => {
    const figure = figures[place.dataset.figure];
    const config = { displayModeBar: false, doubleClick: "reset", responsive: true };
    Plotly.react(place, coloured(figure.data), layout(figure, place.clientWidth), config);
    if (drawn.has(place)) return;
    drawn.add(place);
    if (hasTime(figure)) place.on("plotly_relayout", (change) => follow(place, change));
  };
  const drawAgain = () => drawn.forEach((place) => place.clientWidth && draw(place));

  // What is zoomed in one figure of time is zoomed in all of them.
  const follow = (place, change) => {
    const range = change["xaxis.range"] ?? [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if (range[0] === undefined) return;
    const next = range.map(String);
    if (zoom && zoom[0] === next[0] && zoom[1] === next[1]) return;
    zoom = next;
    for (const other of drawn)
      if (other !== place && hasTime(figures[other.dataset.figure]))
        Plotly.relayout(other, { "xaxis.range": [...zoom] });
  };

  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting && !drawn.has(target)) draw(target);
  }, { rootMargin: "600px" });
  places.forEach((place) => seen.observe(place));

  // A long section gets a field that hides the cards in which a word does not occur.
  for (const section of document.querySelectorAll("section")) {
    const cards = [...section.querySelectorAll(".card")];
    if (cards.length < 9) continue;
    const find = document.createElement("input");
    Object.assign(find, { type: "search", className: "find", placeholder: "Filter by name or namespace" });
    find.setAttribute("aria-label", find.placeholder);
    find.addEventListener("input", () => {
      const word = find.value.toLowerCase();
      for (const card of cards)
        card.hidden = !card.querySelector("summary").textContent.toLowerCase().includes(word);
    });
    cards[0].before(find);
  }

  dark.addEventListener("change", drawAgain);
  const paper = (on) => {
    root.toggleAttribute("data-paper", on);
    drawAgain();
    if (on) places.filter((place) => place.clientWidth && !drawn.has(place)).forEach(draw);
  };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
})();
