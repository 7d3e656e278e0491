/**
 * Operations that wait for the planning process, one after another, each with its own deadline. A process that an
 * operation has killed is replaced, and what was refused is refused unasked for a while. Knows no schema and no cache.
 */

import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { GatewayError } from '../base/gateway-error.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { SupergraphRefused } from '../supergraph/supergraph-refused.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { PlanningMeter } from '../telemetry/meters.ts';
import type { TextToPlan } from './planning-messages.ts';
import { PlannerGone, PlanningProcess } from './planning-process.ts';
import { saysTooLarge } from './too-large.ts';

export interface PlanningParts {
  readonly supergraphSdl: string;
  readonly options: Config['planning'];
  readonly log: Logger;
  readonly meter?: PlanningMeter | undefined;
}

/** Texts that wait are memory, and whoever waits behind so many waits in vain. */
const MOST_WAITING = 1_000;
const MOST_WAITING_CHARACTERS = 8 * 1024 * 1024;

/** How long, and of how many, it is known that they cannot be planned, or take too much. */
const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 1_000;

interface Job extends PromiseWithResolvers<string> {
  readonly question: TextToPlan;
}

interface LostAt {
  /** Otherwise it has ended before, which is no operation's fault. */
  readonly wasAsked: boolean;
  readonly isLate: boolean;
}

/** A process that has ended with the operation that it planned, or should have planned: who is to blame? */
class Lost {
  readonly reason: 'time' | 'memory' | 'crash';
  readonly wasAsked: boolean;
  readonly #gone: PlannerGone;

  constructor(gone: PlannerGone, { wasAsked, isLate }: LostAt) {
    this.reason = isLate ? 'time' : wasAsked && gone.isOutOfMemory ? 'memory' : 'crash';
    this.wasAsked = wasAsked;
    this.#gone = gone;
  }

  get refusal(): GatewayError {
    return this.reason === 'crash'
      ? new GatewayError('INTERNAL', {}, this.#gone)
      : new GatewayError('OPERATION_TOO_COMPLEX', { reason: this.reason }, this.#gone);
  }
}

export class PlanningQueue {
  readonly #parts: PlanningParts;
  readonly #meter: PlanningMeter;
  readonly #jobs: Job[] = [];
  readonly #refused = new LRUCache<string, GatewayError>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });
  #waitingCharacters = 0;
  #process: PlanningProcess;
  #isWorking = false;
  #isStopped = false;

  constructor(parts: PlanningParts) {
    this.#parts = parts;
    this.#meter = parts.meter ?? new PlanningMeter();
    this.#process = this.#newProcess();
  }

  /**
   * The SDL of what clients see. Rejects where no schema can be built, with StartRefused where the process is to blame,
   * with SupergraphRefused where it has too little memory for the supergraph; nothing is left running then.
   */
  async start(): Promise<string> {
    try {
      return await this.#apiSchemaSdl();
    } catch (error) {
      await this.stop();
      if (!(error instanceof PlannerGone)) throw error;
      const reasons = [`No operation can be planned: ${error.message}.`];
      // The same supergraph will need as much again.
      throw error.isOutOfMemory ? new SupergraphRefused('unusable', reasons) : new StartRefused(reasons);
    }
  }

  /** The plan as JSON. Rejects with a GatewayError. */
  plan(question: TextToPlan): Promise<string> {
    const refusal = this.#refused.get(fingerprint(question)) ?? this.#fullness(question);
    if (refusal !== undefined) {
      this.#meter.refused += 1;
      return Promise.reject(refusal);
    }
    this.#meter.waiting += 1;
    const job: Job = { question, ...Promise.withResolvers<string>() };
    this.#jobs.push(job);
    this.#waitingCharacters += question.text.length;
    void this.#work();
    return job.promise;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#meter.waiting -= this.#jobs.length;
    for (const { reject } of this.#jobs.splice(0)) reject(new GatewayError('NOT_READY'));
    await this.#process.end();
  }

  async #apiSchemaSdl(): Promise<string> {
    try {
      return await this.#process.apiSchemaSdl;
    } catch (error) {
      const isWorthMore = error instanceof PlannerGone && !error.isOutOfMemory && !this.#isStopped;
      if (!isWorthMore) throw error;
      // As where it plans: the system may have ended it, which says nothing of the supergraph.
      this.#process = this.#newProcess();
      return this.#process.apiSchemaSdl;
    }
  }

  #fullness({ text }: TextToPlan): GatewayError | undefined {
    if (this.#isStopped) return new GatewayError('NOT_READY');
    const isFull =
      this.#jobs.length >= MOST_WAITING ||
      (this.#jobs.length > 0 && this.#waitingCharacters + text.length > MOST_WAITING_CHARACTERS);
    return isFull ? new GatewayError('OVERLOADED') : undefined;
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      this.#waitingCharacters -= job.question.text.length;
      const startedAtMs = performance.now();
      await this.#planOne(job.question).then(job.resolve, (error: unknown) => {
        this.#meter.refused += 1;
        job.reject(error);
      });
      this.#meter.waiting -= 1;
      this.#meter.durations.observeMs(performance.now() - startedAtMs);
    }
    this.#isWorking = false;
  }

  async #planOne(question: TextToPlan): Promise<string> {
    const first = await this.#attempt(question);
    if (!(first instanceof Lost)) return first;
    // The system may have ended the process, to have its memory; what the operation has done to it, it does again.
    const last = first.reason === 'crash' ? await this.#attempt(question) : first;
    if (!(last instanceof Lost)) return last;
    throw last.wasAsked ? this.#remember(question, last.refusal) : last.refusal;
  }

  async #attempt(question: TextToPlan): Promise<string | Lost> {
    const planner = this.#livingProcess();
    const at = { wasAsked: false, isLate: false };
    let timer: NodeJS.Timeout | undefined;
    try {
      await planner.apiSchemaSdl;
      timer = setTimeout(() => {
        at.isLate = true;
        void planner.end();
      }, this.#parts.options.timeoutMs);
      at.wasAsked = true;
      const report = await planner.ask(question);
      if (report.kind === 'planned') return report.plan;
      throw this.#remember(question, refusalOf(report.because));
    } catch (error) {
      if (this.#isStopped) throw new GatewayError('NOT_READY');
      if (error instanceof PlannerGone) return this.#replaceAfter(new Lost(error, at), question);
      if (error instanceof GatewayError) throw error;
      // It has no schema, so the next operation needs another one.
      await planner.end();
      throw new GatewayError('INTERNAL', {}, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #replaceAfter(lost: Lost, { operationName }: TextToPlan): Lost {
    // A new one is needed sooner or later; it is ready the sooner.
    this.#process = this.#newProcess();
    this.#meter.processesReplaced += 1;
    this.#parts.log.warn({ reason: lost.reason, operationName }, 'planning process replaced');
    return lost;
  }

  /** It would go the same way again. */
  #remember(question: TextToPlan, refusal: GatewayError): GatewayError {
    this.#refused.set(fingerprint(question), refusal);
    return refusal;
  }

  #livingProcess(): PlanningProcess {
    if (this.#process.isGone && !this.#isStopped) this.#process = this.#newProcess();
    return this.#process;
  }

  #newProcess(): PlanningProcess {
    const { supergraphSdl, options } = this.#parts;
    return new PlanningProcess(supergraphSdl, options.maxHeapMb);
  }
}

function refusalOf(because: string): GatewayError {
  const cause = new Error(because);
  return saysTooLarge(because)
    ? new GatewayError('OPERATION_TOO_COMPLEX', { reason: 'size' }, cause)
    : new GatewayError('INTERNAL', {}, cause);
}

/** Of a size that does not depend on what clients send. */
function fingerprint({ text, operationName = '', overrides }: TextToPlan): string {
  return createHash('sha256')
    .update(`${operationName} ${overrides.join(' ')}\n${text}`)
    .digest('base64');
}
