-- Others compare their copies of customers with these, in the order of bytes that all systems agree on.

create index customer_by_bytes on customer (id collate "C");
