/**
 * Where the assets are served. Pages need only the addresses: the bundler puts these values in place of this module
 * (infra/bundle.ts), so that no page's function carries the stylesheet and the script themselves.
 */
import { ASSETS } from "./index.ts";

const pathOf = (extension: string): string => ASSETS.find((one) => one.path.endsWith(`.${extension}`))!.path;
export const STYLE_PATH = pathOf("css");
export const SCRIPT_PATH = pathOf("js");
export const ICON_PATH = pathOf("svg");
