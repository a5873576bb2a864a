/** How a template of a Helm chart writes what a rendered object has, ready to be pasted into another template of that chart. */
export interface ChartWords {
  /** The name of the object. */
  readonly name: string;
  /** The lines of its `matchLabels`, indented by six. */
  readonly labels: string;
  /** Where in the values the number of replicas is: `api.replicaCount`; `undefined` where the template says something else. */
  readonly replicas: string | undefined;
}

/**
 * What a template says of the object of a kind; `undefined` where it has several of that kind, or one that only makes sense within its
 * loops, conditions and variables.
 */
export function chartWordsOf(template: string, kind: string): ChartWords | undefined {
  const documents = template
    .split(/^---.*$/m)
    .filter((text) => new RegExp(`^kind:\\s*["']?${kind}["']?\\s*$`, 'm').test(text));
  const [own = ''] = documents;
  if (documents.length !== 1 || /\{\{-?\s*(?:range|define)\b/.test(own.split(/^\s*template:/m)[0] ?? ''))
    return undefined;
  const name = /^metadata:\s*\n(?: +.*\n)*? {1,4}name:[ \t]*(\S.*?)[ \t]*$/m.exec(own)?.[1];
  const labels = labelsIn(own);
  if (name === undefined || labels === undefined || hasOwnVariable(name)) return undefined;
  const replicas = /^ +replicas:\s*\{\{-?\s*\.Values\.([\w.]+)/m.exec(own)?.[1];
  return { name, labels, replicas };
}

/** `$` alone is the chart itself; `$name` is set elsewhere in the template. */
function hasOwnVariable(text: string): boolean {
  return /\$\w/.test(text);
}

function labelsIn(document: string): string | undefined {
  const [, indent, block = ''] =
    /^( +)matchLabels:[ \t]*\n((?:(?:\1 +\S|[ \t]*\{\{).*\n?|[ \t]*\n)+)/m.exec(document) ?? [];
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  if (indent === undefined || lines.length === 0 || !lines.every(isLabel)) return undefined;
  return lines.map((line) => `      ${atSix(line.trim())}`).join('\n');
}

/** A label, or what the chart's own helper writes. */
function isLabel(line: string): boolean {
  return !hasOwnVariable(line) && /^\s*(?:\{\{-?\s*(?:include|toYaml)\b.*\}\}|["']?[\w./-]+["']?:\s*\S.*)$/.test(line);
}

/** A helper's lines have to stand below `matchLabels`. */
function atSix(line: string): string {
  return line.replace(/\bn?indent\s+\d+/, 'nindent 6').replace(/^\{\{(?!-)/, '{{-');
}
