import type { Waiting } from '@oms/contracts/temporal';

interface StepUnderWay {
  /** "the payment is being captured" */
  readonly words: string;
  /** Set once it has met a fault. */
  waiting?: Waiting;
}

/** What its beginner tells of a step. */
export interface StepHandle {
  readonly waitFor: (waiting: Waiting) => void;
  readonly end: () => void;
}

/**
 * What is being done at this moment, the oldest first: by the order itself and by changes that come in meanwhile. None of
 * them wipes what another one waits for.
 */
export class StepsUnderWay {
  private steps: readonly StepUnderWay[] = [];

  constructor(private readonly show: () => void) {}

  begin(words: string): StepHandle {
    const step: StepUnderWay = { words };
    this.steps = [...this.steps, step];
    this.show();
    return {
      waitFor: (waiting) => {
        step.waiting = waiting;
        this.show();
      },
      end: () => {
        this.steps = this.steps.filter((other) => other !== step);
        this.show();
      },
    };
  }

  /** What waits is what people ask for; of several, the one that began first. */
  get shown(): Readonly<StepUnderWay> | undefined {
    return this.steps.find(({ waiting }) => waiting) ?? this.steps.at(-1);
  }
}
