import type { SealedErpConnection } from '@oms/database';
import { createErpConnector, type ErpConnector, type ErpNetwork } from '@oms/erp';
import type { SecretBox } from '@oms/outbound';

/** The connectors of this process: each keeps its connections and logins, so it is made once. */
export interface ErpConnectors {
  /** @throws SealedError where the connection's secrets cannot be opened */
  of(connection: SealedErpConnection): ErpConnector;
}

const maxKept = 500;

/** Keeps the connectors of the connections that were used last. A connection that was made anew is another one. */
export function createErpConnectors(deps: {
  readonly box: SecretBox;
  readonly network: ErpNetwork;
}): ErpConnectors {
  const kept = new Map<string, ErpConnector>();
  return {
    of(connection) {
      // No two sealings are alike, so this names the connection as it was made that time.
      const key = `${connection.secrets}/${JSON.stringify(connection.settings)}`;
      const connector = kept.get(key) ?? createErpConnector(connection, deps);
      kept.delete(key);
      kept.set(key, connector);
      const [oldest] = kept.keys();
      if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
      return connector;
    },
  };
}
