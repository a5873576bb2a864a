/** Writes an order and its payment in one transaction. What happens between the two is the caller's. */
export abstract class PaymentStore {
  abstract pay(order: number, between: () => Promise<void>): Promise<void>;
}
