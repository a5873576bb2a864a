import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError for what is no whole number from 0 on */
export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('Write a whole number.');
  return value;
}

/** @throws InvalidArgumentError for what is no number from 0 on */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Write a number.');
  return value;
}
