try {
  const theme = localStorage.getItem("daypack.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}
import("SCRIPT_URL").then((page) => page.default({ module_or_path: "WASM_URL" }));
let chosen;
try {
  chosen = localStorage.getItem("daypack.language");
} catch {}
const textsOf = (tag) => document.querySelector(`meta[name="daypack-locale-${tag.split("-")[0].toLowerCase()}"]`);
const texts = [chosen ?? "", ...navigator.languages, "en"].map(textsOf).find((found) => found);
if (texts) {
  const preload = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: texts.content };
  document.head.append(Object.assign(document.createElement("link"), preload));
}
