/** Whether two names are a slip of the hand apart: a letter more, less, other, or two that changed places. */
export function isNearMiss(one: string, other: string): boolean {
  if (one === other || Math.min(one.length, other.length) < 4) return false;
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let start = 0;
  while (long[start] === short[start]) start += 1;
  const [left, right] = [short.slice(start), long.slice(start)];
  if (long.length > short.length) return left === right.slice(1);
  // `api-1` and `api-2` are two, and meant to be.
  return !/^\d/.test(left) && !/^\d/.test(right) && isOneSlip(left, right);
}

function isOneSlip(left: string, right: string): boolean {
  const isSwapped = left.slice(0, 2) === `${right[1] ?? ''}${right[0] ?? ''}` && left.slice(2) === right.slice(2);
  return isSwapped || left.slice(1) === right.slice(1);
}
