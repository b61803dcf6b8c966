(function () {
  "use strict";
  var tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);

  // A title is the tooltip without scripts; taken over here so that there are not two.
  function textOf(node) {
    for (; node && node.nodeName !== "svg" && node.querySelector; node = node.parentNode) {
      var title = node.querySelector(":scope > title");
      if (title) {
        node.setAttribute("data-tip", title.textContent);
        title.remove();
      }
      if (node.hasAttribute("data-tip")) { return node.getAttribute("data-tip"); }
    }
    return "";
  }
  function show(node, x, y) {
    var text = textOf(node);
    tip.hidden = !text;
    tip.textContent = text;
    tip.style.left = Math.min(x + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(y + 14, innerHeight - tip.offsetHeight - 8) + "px";
  }
  document.querySelectorAll("svg").forEach(function (svg) {
    svg.addEventListener("pointermove", function (e) { show(e.target, e.clientX, e.clientY); });
    svg.addEventListener("pointerleave", function () { tip.hidden = true; });
    svg.addEventListener("focusin", function (e) {
      var box = e.target.getBoundingClientRect();
      if (e.target !== svg) { show(e.target, box.left + box.width / 2, box.top + box.height / 2); }
    });
    svg.addEventListener("focusout", function () { tip.hidden = true; });
  });

  document.querySelectorAll(".territory-map").forEach(function (svg) {
    var full = svg.viewBox.baseVal, w = full.width, h = full.height, x = 0, y = 0, z = 1, from = null;
    var label = svg.querySelector(".scale");
    function draw() {
      x = Math.max(0, Math.min(x, w - w / z));
      y = Math.max(0, Math.min(y, h - h / z));
      svg.setAttribute("viewBox", [x, y, w / z, h / z].join(" "));
      svg.style.setProperty("--z", z);
      label.style.display = z > 1 ? "none" : "";
      svg.style.touchAction = z > 1 ? "none" : "";
    }
    function zoom(factor, px, py) {
      var next = Math.max(1, Math.min(24, z * factor));
      x += px * (w / z - w / next);
      y += py * (h / z - h / next);
      z = next;
      draw();
    }
    function share(e) {
      var box = svg.getBoundingClientRect();
      return [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height];
    }
    function reset() { x = y = 0; z = 1; draw(); }
    svg.addEventListener("wheel", function (e) {
      if (!e.ctrlKey && !e.metaKey) { return; }
      e.preventDefault();
      var at = share(e);
      zoom(e.deltaY < 0 ? 1.25 : 0.8, at[0], at[1]);
    }, { passive: false });
    svg.addEventListener("dblclick", function (e) { var at = share(e); zoom(2, at[0], at[1]); });
    svg.addEventListener("pointerdown", function (e) { from = share(e); });
    svg.addEventListener("pointermove", function (e) {
      if (!from || z === 1 || !e.buttons) { return; }
      var at = share(e);
      svg.classList.add("moving");
      x -= (at[0] - from[0]) * w / z;
      y -= (at[1] - from[1]) * h / z;
      from = at;
      draw();
    });
    addEventListener("pointerup", function () { from = null; svg.classList.remove("moving"); });
    svg.addEventListener("keydown", function (e) {
      var step = 0.15 / z, known = true;
      if (e.key === "+" || e.key === "=") { zoom(1.4, 0.5, 0.5); }
      else if (e.key === "-") { zoom(0.7, 0.5, 0.5); }
      else if (e.key === "0") { reset(); }
      else if (z > 1 && e.key === "ArrowLeft") { x -= w * step; draw(); }
      else if (z > 1 && e.key === "ArrowRight") { x += w * step; draw(); }
      else if (z > 1 && e.key === "ArrowUp") { y -= h * step; draw(); }
      else if (z > 1 && e.key === "ArrowDown") { y += h * step; draw(); }
      else { known = false; }
      if (known) { e.preventDefault(); }
    });
    var panel = svg.parentNode;
    panel.querySelectorAll("[hidden]").forEach(function (node) { node.hidden = false; });
    panel.querySelectorAll("[data-zoom]").forEach(function (button) {
      button.addEventListener("click", function () {
        var how = button.getAttribute("data-zoom");
        if (how === "all") { reset(); } else { zoom(how === "in" ? 1.5 : 1 / 1.5, 0.5, 0.5); }
      });
    });
  });
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (node) { node.open = true; });
  });
})();
