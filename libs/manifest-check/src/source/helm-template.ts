import { type Source } from './source.js';
import { UnusableInput } from './unusable-input.js';

/** What only Helm's own templates say: its objects and its functions between double braces. */
const TEMPLATE =
  /\{\{-?\s*(?:\/\*|\$|\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|(?:include|template|if|range|with|define|block|end|else|toYaml|tpl|quote|default|required|printf|lookup|fail)\b)/;
/** Without quotes around them, two braces are no value of YAML. */
const BARE = /^[^'"#\n]*\{\{/m;

/** Refuses a chart's template that has not been rendered. Braces in a text are no template. */
export function refuseTemplate(source: Source, hasSyntaxError: boolean): void {
  const { text } = source;
  const at = text.search(TEMPLATE);
  const bare = text.search(BARE);
  const isTemplate = hasSyntaxError ? at !== -1 || bare !== -1 : false;
  if (isTemplate) throw notRendered(source, text.indexOf('{{', at === -1 ? bare : at));
}

/** The error for a template, at one of its braces. */
export function notRendered(source: Source, offset: number): UnusableInput {
  return new UnusableInput({
    code: 'NOT_RENDERED',
    file: source.path,
    ...source.positionAt(offset),
    problem: 'this is a Helm template, and its values are only known once it is rendered.',
    remedy: 'Render it first: helm template my-release ./chart | nestjs-lifecycle check -',
  });
}

/** Helm's own objects and its `include`; alerts and the like carry templates of others in their texts. */
const HELM_ONLY = /\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities)\b|include\s+"|tpl\s)/;

/** Whether a text stands for a value that rendering would put there. */
export function isPlaceholder(text: string): boolean {
  return HELM_ONLY.test(text) && !text.includes('\n');
}
