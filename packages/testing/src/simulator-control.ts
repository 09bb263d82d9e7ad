/** A fault that the payment simulator is told to have; its README says what each field means. */
export interface SimulatorFault {
  readonly operation: string;
  readonly kind: string;
  readonly times?: number;
  readonly probability?: number;
  readonly seed?: number;
  readonly delayMs?: number;
  readonly declineCode?: string;
  readonly paymentIntent?: string;
}

/** What moved at the simulated provider. Amounts in Stripe's minor units. */
export interface SimulatorLedgerEntry {
  readonly payment_intent: string;
  readonly operation: 'authorize' | 'capture' | 'void' | 'refund';
  readonly amount: number;
  readonly currency: string;
  readonly idempotency_key: string | null;
}

/** The control API of a running payment simulator. */
export function createSimulatorControl(baseUrl: string) {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${baseUrl}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    /** Makes authorisations that an order can pay with. */
    async authorizations(
      count: number,
      amount: number,
      options: { readonly currency?: string; readonly status?: string } = {},
    ): Promise<readonly string[]> {
      const { ids } = (await call('POST', '/payment-intents', { count, amount, ...options })) as {
        ids: string[];
      };
      return ids;
    },
    async authorization(
      amount: number,
      options: { readonly currency?: string; readonly status?: string } = {},
    ): Promise<string> {
      const [id] = await this.authorizations(1, amount, options);
      if (id === undefined) throw new Error('the simulator made no payment intent');
      return id;
    },
    fault: (fault: SimulatorFault) => call('POST', '/faults', fault),
    clearFaults: () => call('DELETE', '/faults'),
    release: () => call('POST', '/release'),
    /** Whether a fault for this payment intent has happened by now. */
    async hasFired(paymentIntent: string): Promise<boolean> {
      const { faults } = (await call('GET', '/faults')) as {
        faults: { match?: { paymentIntent?: string }; fired: number }[];
      };
      return faults.some((fault) => fault.match?.paymentIntent === paymentIntent && fault.fired > 0);
    },
    async ledger(paymentIntent?: string): Promise<readonly SimulatorLedgerEntry[]> {
      const filter = paymentIntent === undefined ? '' : `?payment_intent=${paymentIntent}`;
      return ((await call('GET', `/ledger${filter}`)) as { entries: SimulatorLedgerEntry[] }).entries;
    },
  };
}
export type SimulatorControl = ReturnType<typeof createSimulatorControl>;
