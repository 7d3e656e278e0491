-- What counts as a change of an invoice, for those who look on: it is issued, or something comes in, or it is cancelled.

create trigger tell_of_change after insert or update on invoice for each row
  execute function tell_of_change('Invoice', 'id', 'customer_id');
