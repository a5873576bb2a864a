import { type Field } from '../source/field.js';

const ONE_IS_MEANT =
  /\b(?:singleton|(?:only|exactly|just)\s+(?:one|1|a\s+single)|(?:must|has\s+to|should|needs?\s+to)\s+(?:be|stay|remain|run)\s+(?:at\s+)?(?:one|1|single|alone)|single\s+(?:replica|instance|pod|writer|leader)|(?:do\s+not|don't|never|cannot|can't|must\s+not|not\s+safe\s+to)\s+(?:be\s+)?(?:scaled?|increase|raise)|not\s+scalable)\b/i;

/** Whether the comment in the line of a number of replicas, or those right above it, say that there is to be one. */
export function isMeantByComment(replicas: Field): boolean {
  if (!replicas.exists) return false;
  const { source, position } = replicas;
  const own = /\s#(.*)$/.exec(source.lineText(position.line))?.[1] ?? '';
  const above: string[] = [];
  for (let line = position.line - 1; line > 0; line -= 1) {
    const comment = /^\s*#(.*)$/.exec(source.lineText(line))?.[1];
    if (comment === undefined) break;
    above.unshift(comment);
  }
  return ONE_IS_MEANT.test([...above, own].join(' '));
}
