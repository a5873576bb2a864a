import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { root } from './repository.js';

/**
 * @typedef {object} Manifest
 * @property {string} apiVersion
 * @property {string} kind
 * @property {{ name: string }} metadata
 */

/** A file that exists only for the compiler. Where it stands decides which packages it sees. */
const virtualFile = join(root, 'manifests.ts');

/**
 * What Kubernetes' published schemas, as the package kubernetes-models carries them, have against manifests. Twice, because
 * neither way sees everything: its validators know numbers, formats and patterns but let unknown fields pass, as the API
 * server does by default; its types know every field there is.
 * @param {Manifest[]} manifests
 * @returns {Promise<string[]>}
 */
export async function schemaProblems(manifests) {
  const unknown = manifests.filter((manifest) => moduleOf(manifest) === undefined);
  const known = manifests.filter((manifest) => !unknown.includes(manifest));
  const invalid = await Promise.all(known.map(validated));
  return [
    ...unknown.map(({ apiVersion, kind }) => `${apiVersion} ${kind} is no kind of Kubernetes`),
    ...invalid.flat(),
    ...typeProblems(known),
  ];
}

/**
 * @param {Manifest} manifest
 * @returns {Promise<string[]>}
 */
async function validated(manifest) {
  /** @type {Record<string, new (data: Manifest) => { validate(): void }>} */
  const module = await import(moduleOf(manifest) ?? '');
  const Model = module[manifest.kind];
  try {
    if (Model !== undefined) new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * The manifests as literals of their types: there, a field that a type does not have is an error.
 * @param {Manifest[]} manifests
 */
function typeProblems(manifests) {
  const literals = manifests.map((manifest, index) => {
    const type = `import('${moduleOf(manifest)}').I${manifest.kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest, undefined, 1)};`;
  });
  const program = programOf(literals.join('\n'));
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    const index = literalAt(literals, diagnostic.start ?? 0);
    return `${manifests[index]?.kind} ${manifests[index]?.metadata.name}: ${message}`;
  });
}

/** @param {string} source */
function programOf(source) {
  /** @type {ts.CompilerOptions} */
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  return ts.createProgram({
    rootNames: [virtualFile],
    options,
    host: {
      ...host,
      fileExists: (file) => file === virtualFile || host.fileExists(file),
      getSourceFile: (file, version, ...rest) =>
        file === virtualFile ? ts.createSourceFile(file, source, version) : host.getSourceFile(file, version, ...rest),
    },
  });
}

/**
 * @param {string[]} literals
 * @param {number} position
 */
function literalAt(literals, position) {
  let end = 0;
  return literals.findIndex((literal) => (end += literal.length + 1) > position);
}

/**
 * Where the package keeps a kind; nothing for what it does not know.
 * @param {Manifest} manifest
 */
function moduleOf({ apiVersion, kind }) {
  const address = `kubernetes-models/${apiVersion}/${kind}`;
  // It answers for files that are not there, too.
  return existsSync(fileURLToPath(import.meta.resolve(address))) ? address : undefined;
}
