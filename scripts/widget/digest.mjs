/**
 * A name for the sources as they are: what was built from others is not served. `service/web/built.py` works it out the
 * same way.
 */

import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** @param {string} web the folder of what browsers load */
export async function digestOf(web) {
  const paths = (await readdir(web)).filter((name) => name.endsWith(".js"));
  for (const folder of ["shared", "widget"]) {
    const below = await readdir(join(web, folder), { recursive: true });
    paths.push(...below.filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`));
  }
  return digestOfFiles(web, paths);
}

/** What decides how the widget is built, apart from its sources. */
export const BUILDER = ["build.mjs", "digest.mjs", "package-lock.json"];

/**
 * @param {string} folder
 * @param {string[]} paths below it
 */
export async function digestOfFiles(folder, paths) {
  const digest = createHash("sha256");
  for (const path of paths.sort()) {
    const content = await readFile(join(folder, path));
    digest.update(`${path}\0${content.length}\0`);
    digest.update(content);
  }
  return digest.digest("hex");
}
