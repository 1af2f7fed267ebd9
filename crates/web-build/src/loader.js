try {
  const theme = localStorage.getItem("daypack.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}
import("SCRIPT_URL").then((page) => page.default({ module_or_path: "WASM_URL" }));
