-- Two refunds at once must not each fit beside what was captured and together be more: the payment is locked first, and
-- the refunds are counted by a statement after it, which sees what another transaction has committed meanwhile.
CREATE OR REPLACE FUNCTION check_refunds_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    captured BIGINT;
BEGIN
    SELECT captured_minor INTO captured FROM payments WHERE order_id = NEW.order_id FOR NO KEY UPDATE;
    IF (SELECT sum(amount_minor) FROM refunds WHERE order_id = NEW.order_id AND status <> 'failed') > coalesce(captured, 0) THEN
        RAISE EXCEPTION 'the refunds of order % are more than was captured', NEW.order_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
