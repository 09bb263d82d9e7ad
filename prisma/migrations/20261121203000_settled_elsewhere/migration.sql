-- An order whose capture its provider took back goes on when an operator states that its money came another way.
ALTER TABLE "orders"
    DROP CONSTRAINT "orders_flags_check",
    ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
        'capture_failed', 'settled_elsewhere', 'paid_twice', 'captured_after_cancellation', 'refund_failed', 'disputed',
        'authorization_expiring', 'authorization_expired']);

ALTER TABLE "payment_statements"
    DROP CONSTRAINT "payment_statements_phase_check",
    ADD CONSTRAINT "payment_statements_phase_check" CHECK ("phase" IN ('paying', 'compensating', 'refunding', 'taken_back')),
    DROP CONSTRAINT "payment_statements_outcome_check",
    ADD CONSTRAINT "payment_statements_outcome_check" CHECK ("outcome" IN (
        'captured', 'not_captured', 'voided', 'not_voided', 'refunded', 'not_refunded', 'settled_elsewhere'));
