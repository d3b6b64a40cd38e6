/** Stylesheet, script and icon: served under names that carry a hash of their content, so they may be cached for good. */
import { sha256 } from "../../shared/ids.ts";
import style from "./careloop.css" with { type: "text" };
import { icon } from "./icon.ts";
import { script } from "./script.ts";

export type Asset = { path: string; contentType: string; body: string };

const asset = (extension: string, contentType: string, body: string): Asset => ({
  path: `/assets/careloop-${sha256(body).slice(0, 12)}.${extension}`,
  contentType,
  body,
});

export const ASSETS: Asset[] = [
  asset("css", "text/css; charset=utf-8", style),
  asset("js", "text/javascript; charset=utf-8", script),
  asset("svg", "image/svg+xml", icon),
];
