"""``make bench-chat``: how much the chat carries, beside the Channels tutorial's on the same server and the library
`websockets` alone. docs/chat-bench.md says what is measured."""
