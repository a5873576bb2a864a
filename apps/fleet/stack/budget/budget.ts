import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../settings.js';
import { budgetStatus, type BudgetStatus, MICROS } from './budget-level.js';

/** An amount that was taken, and how it is given back. */
export interface Charge {
  readonly status: BudgetStatus;
  /** Gives it back to the budget of its day: what it was taken for has failed. */
  refund(): Promise<void>;
}

/** What each user has spent today. Instances share it, and the last dollar is spent once. */
@Injectable()
export class Budget {
  constructor(
    private readonly database: DataSource,
    private readonly settings: Settings,
  ) {}

  /**
   * Takes an amount from the budget of today.
   *
   * @throws {HttpException} 402 when it does not fit, with the limit, what was spent, and when the next budget begins
   */
  async charge(userId: string, dollars: number): Promise<Charge> {
    const { cost } = this.settings;
    const now = new Date();
    const micros = Math.round(dollars * MICROS);
    const limit = cost.isEnabled ? Math.round(cost.dailyBudget * MICROS) : Number.MAX_SAFE_INTEGER;
    const rows: { micros: string }[] = await this.database.query(
      `insert into spending (user_id, day, micros) select $1::uuid, $2::date, $3::bigint where $3::bigint <= $4::bigint
       on conflict (user_id, day) do update set micros = spending.micros + excluded.micros
         where spending.micros + excluded.micros <= $4::bigint
       returning micros`,
      [userId, dayOf(now), micros, limit],
    );
    const [row] = rows;
    if (row === undefined) throw exceeded(await this.status(userId));
    return {
      status: budgetStatus(Number(row.micros), cost, now),
      refund: () => this.giveBack(userId, dayOf(now), micros),
    };
  }

  async status(userId: string): Promise<BudgetStatus> {
    const now = new Date();
    const rows: { micros: string }[] = await this.database.query(
      'select micros from spending where user_id = $1 and day = $2',
      [userId, dayOf(now)],
    );
    return budgetStatus(Number(rows[0]?.micros ?? 0), this.settings.cost, now);
  }

  private async giveBack(userId: string, day: string, micros: number): Promise<void> {
    await this.database.query('update spending set micros = micros - $3 where user_id = $1 and day = $2', [
      userId,
      day,
      micros,
    ]);
  }
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

function exceeded(status: BudgetStatus): HttpException {
  const message = `The budget of today does not have enough left; the next one begins at ${status.resetAt}`;
  return new HttpException(
    { statusCode: HttpStatus.PAYMENT_REQUIRED, code: 'BUDGET_EXCEEDED', message, ...status },
    HttpStatus.PAYMENT_REQUIRED,
  );
}
