import { BadRequestException } from '@nestjs/common';

/** What a customer asks for. */
export type NewOrder = {
  item: string;
  /** In cents. */
  amount: number;
};

const LONGEST_ITEM = 200;
const LARGEST_AMOUNT = 100_000_000;

/**
 * Reads the body of `POST /orders`.
 *
 * @throws {BadRequestException} naming everything that is wrong with it, and what would be right
 */
export function readNewOrder(body: unknown): NewOrder {
  const { item, amount } = fieldsOf(body);
  if (isItem(item) && isAmount(amount)) return { item, amount };
  throw new BadRequestException({
    statusCode: 400,
    error: 'Bad Request',
    message: [
      ...(isItem(item) ? [] : [`item must be a text of 1 to ${LONGEST_ITEM} printable characters, got ${shown(item)}`]),
      ...(isAmount(amount)
        ? []
        : [`amount must be a whole number of cents from 1 to ${LARGEST_AMOUNT}, got ${shown(amount)}`]),
    ],
    example: { item: 'book', amount: 1250 },
  });
}

function fieldsOf(body: unknown): { item?: unknown; amount?: unknown } {
  return typeof body === 'object' && body !== null ? body : {};
}

function isItem(item: unknown): item is string {
  return typeof item === 'string' && item.trim() !== '' && item.length <= LONGEST_ITEM && !/\p{Cc}/u.test(item);
}

function isAmount(amount: unknown): amount is number {
  return typeof amount === 'number' && Number.isInteger(amount) && amount >= 1 && amount <= LARGEST_AMOUNT;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
