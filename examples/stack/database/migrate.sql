CREATE TABLE IF NOT EXISTS entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    written timestamptz NOT NULL DEFAULT now(),
    author text NOT NULL UNIQUE,
    words text NOT NULL
);
INSERT INTO entry (author, words) VALUES
    ('Ada', 'It came up in the right order.'),
    ('Grace', 'And it told me why it waited.')
ON CONFLICT (author) DO NOTHING;
