/**
 * The entity fetches of one run that wait for others to the same subgraph, so that one call serves them all. What
 * follows a call that is on its way is waited for, though only a little. Knows neither queries nor plans.
 */

import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import { askTogether, type Ask, type EntityQuestion, type Waiting } from './ask-entities.ts';

const SHORTEST_HOLD_MS = 2;
/** Of the time that the run has taken so far: waiting must not cost more than it may save. */
const HOLD_SHARE = 0.1;

/** One subgraph in one run. */
export class EntityQueue {
  readonly #startedAt: number;
  readonly #ask: Ask;
  #waiting: Waiting[] = [];
  /** How many steps are under way after which the plan may ask the subgraph. */
  #expected = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** `startedAt`: of the run, in the clock of `performance.now()`. */
  constructor(startedAt: number, ask: Ask) {
    this.#startedAt = startedAt;
    this.#ask = ask;
  }

  ask(question: EntityQuestion): Promise<SubgraphAnswer> {
    return new Promise((settle) => {
      this.#waiting.push({ ...question, settle });
      if (this.#expected === 0) this.#sendSoon();
      else this.#timer ??= setTimeout(() => this.#send(), this.#holdMs());
    });
  }

  stepBegins(): void {
    this.#expected += 1;
  }

  stepEnds(): void {
    this.#expected -= 1;
    if (this.#expected === 0 && this.#waiting.length > 0) this.#sendSoon();
  }

  /** Once everything that can be done at this moment has been done, for it may ask too. */
  #sendSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    process.nextTick(() => this.#send());
  }

  #send(): void {
    const questions = this.#waiting;
    this.#waiting = [];
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    askTogether(questions, this.#ask);
  }

  #holdMs(): number {
    return SHORTEST_HOLD_MS + (performance.now() - this.#startedAt) * HOLD_SHARE;
  }
}
