import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { payableOrder, type StackClient } from '@oms/testing';

/** The total of {@link orderBody} in the API's format. */
export const total = '179.98';
export const question = 'payment_intents.retrieve';
const capture = 'payment_intents.capture';

/** Long enough to set the provider's faults while a call hangs, also on a busy machine. */
export const operatorEnv = { PAYMENT_TIMEOUT_MS: '10000' } as const;

interface StatusBody {
  readonly status: string;
  readonly payment_status: string;
  readonly step: string;
  readonly waiting: null | {
    readonly code: string;
    readonly attempts: number;
    readonly next_attempt_at: string;
    readonly actions: readonly { readonly action: string; readonly path: string; readonly update: string }[];
  };
}

/** Helpers for operators and unavailable providers on a stack. */
export function createOperatorStage(stack: StackClient) {
  const operator = () => stack.apiAs({ role: 'operator' });
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const statusOf = async (id: string) =>
    (await operator().request<StatusBody>('GET', `${pathOf(id)}/status`)).body;
  const operate = (id: string, operation: string, body: object, key?: string) =>
    operator().request(
      'POST',
      `${pathOf(id)}/operations/${operation}`,
      { reason: 'the provider is away', ...body },
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const movements = (reference: string) => stack.simulator.ledger(reference);

  /** Makes the provider fail all further calls of the operations for this payment. */
  const away = async (reference: string, ...operations: readonly string[]) => {
    for (const operation of operations) {
      await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    }
  };

  const waiting = (id: string, isIt: (status: StatusBody) => boolean = () => true) =>
    eventually(
      `order ${id} waiting`,
      async () => {
        const status = await statusOf(id);
        if (status.waiting && isIt(status)) return status;
        throw new Error(JSON.stringify(status));
      },
      { timeoutMs: 60_000 },
    );
  const waitingInDoubt = (id: string) => waiting(id, (status) => status.payment_status === 'unknown');

  /** An order whose capture hangs before or after its effect, and whose provider fails from then on. */
  async function inDoubt(kind: 'hang_after' | 'hang_before') {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({ operation: capture, kind, times: 1, paymentIntent: reference });
    const id = (await stack.api.placeOrder(body)).body.order_id;
    await eventually('the capture', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    await away(reference, question, capture);
    return { id, reference, status: await waitingInDoubt(id) };
  }

  const statement = { evidence: 'the dashboard, at 09:00', evidence_url: 'https://dashboard.example/pi' };
  const captured = { outcome: 'captured', amount: total, provider_object_id: 'ch_1', ...statement };
  const notCaptured = { outcome: 'not_captured', ...statement };

  async function auditOf(id: string, action: string) {
    return stack.database.prisma.auditEntry.findMany({
      where: { resourceId: id, action },
      select: { actorType: true, actorId: true, data: true },
    });
  }

  return {
    auditOf,
    away,
    captured,
    handleOf,
    inDoubt,
    movements,
    notCaptured,
    operate,
    pathOf,
    statement,
    waiting,
    waitingInDoubt,
    operator,
  };
}
