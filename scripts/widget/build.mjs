/**
 * Builds what browsers load from service/web into service/web/built: `make widget`.
 *
 *     embed.js            all of reading, in the one file that a page includes
 *     widget/more.js      all of taking part, loaded on first need
 *     words/<lang>.<part>.js   one part of one language other than English
 *     count.js and others      the small elements beside the discussion, each by itself
 *     parts-words.js           the texts that count.js needs now and then
 *
 * `more.js` uses what embed.js has already brought. A bundler would either put the shared modules into a file of their own,
 * so that reading took two requests one after the other, or let `more.js` import embed.js by an address, which a page may
 * have written otherwise and which would then run twice. Instead it is a function of what it uses (see CORE).
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { BUILDER, digestOf, digestOfFiles } from "./digest.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const WEB = join(ROOT, "service/web");
const BUILT = join(WEB, "built");

/** Stands for the folder of what is built until its name is known, which tells of its content: see atVersion(). */
const AT_VERSION = "./assets/current/";

const LOAD_MORE = join(WEB, "widget/load-more.js");
const MORE = join(WEB, "widget/more.js");
const CATALOGUES = join(WEB, "shared/catalogues.js");
const PARTS_WORDS = join(WEB, "shared/parts-words.js");
const ENGLISH = join(WEB, "shared/words/en.js");

/**
 * What esbuild has minified, gone over once more by what shortens expressions further. "Unsafe" is what would surprise code
 * that changes built-in objects or has getters that do something; reading a function where it stands packs no better than
 * its name.
 */
const SHORTER = {
  module: true, ecma: 2022, format: { comments: false },
  compress: { passes: 4, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, reduce_funcs: false },
};

/** Tries of the packer, after which more of them find next to nothing. */
const GZIP_TRIES = 30;

/** Every file is an entry of its own, minified, for browsers of the last two years. */
const COMMON = {
  bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none", write: false, metafile: true,
  logLevel: "error",
};

const IMPORTED = /import\s*\{([^}]*)\}\s*from\s*"([^"]+)"/g;
const ANY_IMPORT = /^import\s|[^.\w]import\(/gm;
/**
 * A function, method or variable of ours whose name, being of several words, is nobody else's: JSON's are written with
 * underscores, and a test asks a browser whether one is the DOM's.
 */
const OURS = /\b(?:function|const|let|get|set|async) ([a-z]+[A-Z]\w*)\b|^ +(?:async )?([a-z]+[A-Z]\w*)\(.*\) \{$|\bthis\.([a-z]+[A-Z]\w*) = /gm;
const SHEET = /\bsheet\(`([^`]*)`\)/g;

/** @param {string} path */
const read = (path) => readFile(path, "utf8");

/** A module as it is bundled: its comments are of no use to a pattern, its styles are minified like the rest. */
async function source(path) {
  let text = (await read(path)).replace(/^\s*\/\*\*[\s\S]*?\*\//gm, "");
  for (const [whole, css] of text.matchAll(SHEET)) {
    const { code } = await transform(css, { loader: "css", minify: true, charset: "utf8" });
    const lean = code.trim().replace(OWN_PROPERTY, shortProperty).replace(/(,|--\w+:) /g, "$1").replaceAll(" }", "}");
    text = text.replace(whole, () => `sheet(\`${lean}\`)`);
  }
  return text;
}

/** Custom properties that only our own styles know; those that a page may set keep their names. */
const OWN_PROPERTY = /--(?!story-comments-)[\w-]+/g;
const shortNames = new Map();
const shortProperty = (/** @type {string} */ name) => {
  if (!shortNames.has(name)) shortNames.set(name, `--${shortNames.size.toString(36)}`);
  return shortNames.get(name);
};

/**
 * @param {Record<string, string>} replaced the text to take for a module, by its path
 * @param {Map<string, Set<string>>} [handed] names that come as members of `$core` instead of from their modules
 */
function modules(replaced, handed = new Map()) {
  const names = [...handed.values()].flatMap((some) => [...some]);
  return {
    name: "modules",
    setup(building) {
      building.onResolve({ filter: /\.js$/ }, ({ path, resolveDir }) =>
        (handed.has(resolve(resolveDir, path)) ? { path: "core", namespace: "core" } : undefined));
      building.onLoad({ filter: /./, namespace: "core" }, () => ({ contents: `export const { ${names.join(", ")} } = $core;` }));
      building.onLoad({ filter: /\.js$/ }, async ({ path }) => ({
        contents: replaced[path] ?? (await source(path)), loader: "js", resolveDir: dirname(path),
      }));
    },
  };
}

/** Other languages: each part of each is a file. `place` is the folder that holds words/, as the importing file sees it. */
const catalogues = (place) => `
  const at = (language, part) => \`${place}words/\${language}.\${part}.js\`;
  export const catalogueOf = async (language, part) => (await import(at(language, part))).default;`;

/** @param {Record<string, unknown>} options */
async function bundled(options) {
  const { outputFiles, metafile } = await build({ ...COMMON, absWorkingDir: ROOT, ...options });
  const { code } = await minify(outputFiles[0].text, SHORTER);
  return { text: code, metafile };
}

/** The modules that came into a bundle, by path. */
const inputsOf = ({ inputs }) => new Set(Object.keys(inputs).map((path) => resolve(ROOT, path)));

/**
 * All that can be reached from a module by static imports.
 * @param {string} path
 * @param {Map<string, string>} [found] texts by path
 */
async function reached(path, found = new Map()) {
  if (found.has(path)) return found;
  const text = await source(path);
  found.set(path, text);
  const named = [...text.matchAll(/\bfrom\s*"(\.[^"]+)"/g)].map((match) => resolve(dirname(path), match[1]));
  for (const one of named) await reached(one, found);
  return found;
}

/**
 * What modules import from those of other files: names by module. English is in no file for others: each has the part of
 * it that it says.
 * @param {Map<string, string>} of the modules, texts by path
 * @param {Set<string>} brought the modules of other files
 */
function usedFrom(of, brought) {
  /** @type {Map<string, Set<string>>} */
  const used = new Map();
  for (const [path, text] of of) {
    if (brought.has(path)) continue;
    const imports = [...text.matchAll(IMPORTED)];
    if (imports.length !== [...text.matchAll(ANY_IMPORT)].length) {
      throw new Error(`${relative(ROOT, path)}: import here by \`import { name } from "./file.js"\` alone`);
    }
    for (const [, names, from] of imports) {
      const target = resolve(dirname(path), from);
      if (!brought.has(target)) continue;
      for (const name of names.split(",").map((one) => one.trim()).filter(Boolean)) {
        if (!/^\w+$/.test(name)) throw new Error(`${relative(ROOT, path)}: imports "${name}" under another name`);
        used.set(target, (used.get(target) ?? new Set()).add(name));
      }
    }
  }
  return used;
}

/** Import lines for names by module, and those names. */
const importing = (used) => ({
  lines: [...used].map(([path, names]) => `import { ${[...names].join(", ")} } from ${JSON.stringify(path)};`).join("\n"),
  names: [...used.values()].flatMap((names) => [...names]).join(", "),
});

/** What pages know: members of the element, and what its events tell. */
const TOLD = ["attributeChangedCallback", "connectedCallback", "disconnectedCallback", "observedAttributes",
  "bySide", "byAnchor", "discuss", "getToken", "refreshViewer", "storyId"];

/**
 * Names that embed.js and more.js write shorter: always in the same way, so that a page that was opened before an update
 * can still use the more.js that is served after it.
 * @param {Iterable<string>} texts of all modules
 */
function shorterNames(texts) {
  const names = new Set([...texts].flatMap((text) => [...text.matchAll(OURS)].map(([, ...found]) => found.find(Boolean))));
  for (const name of TOLD) names.delete(name);
  const mangleCache = {};
  const given = new Set();
  for (const name of [...names].sort()) {
    const letters = createHash("sha256").update(name).digest("base64url").replace(/[\W_]/g, "");
    let place = 0;
    while (given.has(letters.slice(place, place + 2))) place += 1;
    mangleCache[name] = `$${letters.slice(place, place + 2)}`;
    given.add(letters.slice(place, place + 2));
  }
  return { mangleProps: new RegExp(`^(?:${[...names].join("|")})$`), mangleCache };
}

/** more.js, as a function of what embed.js hands over, which returns what its entry exports. */
async function moreOf(handed, mangled) {
  const [{ exports: names }] = Object.values((await bundled({ entryPoints: [MORE] })).metafile.outputs);
  return bundled({
    ...mangled,
    stdin: { contents: `import { ${names} } from "./more.js";\n$out = { ${names} };`, resolveDir: dirname(MORE) },
    plugins: [modules({}, handed)],
    // However often it is asked for, there is one of it.
    banner: { js: "let $made;export default $core=>$made??=(()=>{let $out;" },
    footer: { js: "return $out})()" },
  });
}

async function widget() {
  const ofMore = await reached(MORE);
  const mangled = shorterNames((await reached(join(WEB, "embed.js"), new Map(ofMore))).values());
  const options = (loadMore) => ({
    ...mangled,
    entryPoints: [join(WEB, "embed.js")],
    plugins: [modules({ [LOAD_MORE]: loadMore, [CATALOGUES]: catalogues(AT_VERSION) })],
    external: ["./assets/*"],
  });
  const core = inputsOf((await bundled(options("export const loadMore = null;"))).metafile);
  core.delete(ENGLISH);
  const handed = usedFrom(ofMore, core);

  // CORE: embed.js hands over what more.js uses; the names of the one are the names of the other.
  const { lines, names } = importing(handed);
  const embed = await bundled(options(`${lines}
    export const loadMore = () => import("${AT_VERSION}widget/more.js").then((loaded) => loaded.default({ ${names} }));`));
  const more = await moreOf(handed, mangled);
  const twice = [...inputsOf(more.metafile)].filter((path) => core.has(path) && !handed.has(path));
  if (twice.length) throw new Error(`${twice.map((path) => relative(ROOT, path))}: would be loaded twice`);
  return { shortened: Object.keys(mangled.mangleCache), files: { "embed.js": embed.text, "widget/more.js": more.text } };
}

async function languages() {
  const files = {};
  for (const name of await readdir(join(WEB, "shared/words"))) {
    const language = name.replace(".js", "");
    if (language === "en") continue;
    const path = join(WEB, "shared/words", name);
    for (const [, part] of (await read(path)).matchAll(/^export const (\w+)/gm)) {
      const { text } = await bundled({ stdin: { contents: `export { ${part} as default } from ${JSON.stringify(path)};`, resolveDir: ROOT } });
      files[`words/${language}.${part}.js`] = text;
    }
  }
  return files;
}

/** What says "12 comments" is loaded by those that say it. */
const wordsApart = {
  name: "words apart",
  setup(building) {
    building.onResolve({ filter: /\/parts-words\.js$/ }, ({ kind }) =>
      (kind === "dynamic-import" ? { path: `${AT_VERSION}parts-words.js`, external: true } : undefined));
  },
};

/** The files that stand alone, each at an address of its own beside embed.js. */
async function parts() {
  const files = {};
  const names = (await readdir(WEB)).filter((name) => name.endsWith(".js") && name !== "embed.js");
  for (const name of names) {
    const { text } = await bundled({
      entryPoints: [join(WEB, name)], plugins: [wordsApart, modules({ [CATALOGUES]: catalogues(AT_VERSION) })], external: ["./assets/*"],
    });
    files[name] = text;
  }
  files["parts-words.js"] = (await bundled({
    entryPoints: [PARTS_WORDS], plugins: [modules({ [CATALOGUES]: catalogues("./") })],
  })).text;
  return files;
}

/** Puts a name for what was built where the files name the folder that they are kept in. */
function atVersion(files) {
  const digest = createHash("sha256");
  for (const path of Object.keys(files).sort()) digest.update(`${path}\0${files[path]}\0`);
  const version = digest.digest("hex").slice(0, 12);
  const named = Object.entries(files).map(([path, text]) => [path, text.replaceAll(AT_VERSION, `./assets/${version}/`)]);
  return { version, files: Object.fromEntries(named) };
}

/** As it is sent, by the ending of the file that keeps it. Both are too slow at their best for a process that starts. */
async function compressed(text) {
  // Not at the head: what it brings along answers every failure of this script with its own source.
  const { default: zopfli } = await import("@gfx/zopfli");
  return {
    br: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    gz: await zopfli.gzipAsync(Buffer.from(text), { numiterations: GZIP_TRIES }),
  };
}

async function main() {
  const sources = await digestOf(WEB);
  const { shortened, files: ofWidget } = await widget();
  const { version, files } = atVersion({ ...ofWidget, ...(await languages()), ...(await parts()) });
  const fresh = `${BUILT}.new`;
  await rm(fresh, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(fresh, path)), { recursive: true });
    await writeFile(join(fresh, path), text);
    for (const [ending, content] of Object.entries(await compressed(text))) await writeFile(join(fresh, `${path}.${ending}`), content);
  }
  const told = { sources, builder: await digestOfFiles(join(ROOT, "scripts/widget"), BUILDER), version, files: Object.keys(files).sort(), shortened };
  await writeFile(join(fresh, "built.json"), `${JSON.stringify(told, null, 1)}\n`);
  await rm(BUILT, { recursive: true, force: true });
  await rename(fresh, BUILT);
}

await main();
