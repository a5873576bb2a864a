import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { sharedByCopies } from '../copies/shared-class.js';
import { type CheckHandle, type ConfigurationChecks } from './configuration-checks.js';
import { type ProductionReadinessResult } from './configuration-problem.js';
import { type ProductionCheckOptions, type ProductionReadinessCheck } from './own-check.js';

/** Whether the configuration of the application is fit for production. Injectable everywhere. */
@sharedByCopies('ProductionReadiness', ModulesContainer)
@Injectable()
export class ProductionReadiness {
  readonly #checks: ConfigurationChecks;

  constructor(checks: ConfigurationChecks) {
    this.#checks = checks;
  }

  /** What was found when the application started; `undefined` before, and where nothing is looked at. */
  get result(): ProductionReadinessResult | undefined {
    return this.#checks.result;
  }

  /**
   * The same as `@ProductionCheck()`, for checks that are no providers. Call it in a constructor: checks run before the first
   * `onModuleInit`.
   *
   * @returns its undo, also `using check = …`
   * @throws LifecycleError `INVALID_OPTIONS` when there is a check of that name, or the options cannot be used
   */
  add(name: string, check: ProductionReadinessCheck['check'], options?: ProductionCheckOptions): CheckHandle {
    return this.#checks.add(name, check, options);
  }
}
