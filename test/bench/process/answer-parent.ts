/**
 * The child's side of the talk between the benchmark and a process that it has started: questions come in over IPC,
 * answers go back, and without the parent the process ends. Knows no question.
 */

interface Question {
  readonly number: number;
  readonly question: unknown;
}

export function answerParent(answer: (question: never) => unknown): void {
  process.on('message', (message) => {
    // Only our own parent is at the other end, and `BenchProcess.ask` sends nothing else.
    const { number, question } = message as Question;
    // What the parent asks is what the child was made for: it says the question's type.
    void replyTo(number, async () => answer(question as never));
  });
  endWithParent();
}

export function endWithParent(): void {
  process.once('disconnect', () => process.exit(0));
}

async function replyTo(number: number, work: () => Promise<unknown>): Promise<void> {
  try {
    process.send?.({ number, reply: await work() });
  } catch (error) {
    process.send?.({
      number,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
