import { Controller, Get, UseGuards } from '@nestjs/common';
import { AccessGuard, type Caller, FromCaller } from '../access.js';
import type { BudgetStatus } from './budget-level.js';
import { Budget } from './budget.js';

/** What the caller has left today. */
@Controller('v1/budget')
@UseGuards(AccessGuard)
export class BudgetController {
  constructor(private readonly budget: Budget) {}

  @Get('status')
  status(@FromCaller() { sub }: Caller): Promise<BudgetStatus> {
    return this.budget.status(sub);
  }
}
