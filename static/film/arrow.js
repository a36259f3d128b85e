// An arrow on a canvas, in the colour that the context has.

export function arrow(ctx, x0, y0, x1, y1, thick) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const head = 6 + thick;
  ctx.lineWidth = thick;
  ctx.lineCap = "butt";
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1 - Math.cos(angle) * head * 0.8, y1 - Math.sin(angle) * head * 0.8);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  for (const turn of [0.42, -0.42]) ctx.lineTo(x1 - head * Math.cos(angle + turn), y1 - head * Math.sin(angle + turn));
  ctx.fill();
}
