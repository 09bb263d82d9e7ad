import { describe, it } from 'vitest';

import { erpContract } from '../testing/erp-contract.js';
import { steeredTryton } from '../testing/steered-tryton.js';
import { findPython } from '../testing/tryton-installation.js';

const python = await findPython();

if (python === undefined) {
  describe.skip('the contract of ERP connectors: Tryton', () => {
    it('needs a python3 with venv and pip');
  });
} else {
  erpContract('Tryton', () => steeredTryton(python), 600_000);
}
