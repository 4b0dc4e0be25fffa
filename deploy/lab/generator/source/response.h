/* An HTTP/1 answer, read as it comes, in pieces of any size. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum progress { MORE, WHOLE, BROKEN };

enum phase { STATUS_LINE, HEADERS, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, UNTIL_CLOSE, OVER };

struct response {
    enum phase phase;
    /* The answer to HEAD has no body, whatever its headers say. */
    bool without_body;
    bool begun;
    int status;
    bool keep_alive;
    bool chunked;
    bool has_length;
    /* The key of our WebSocket handshake was answered as RFC 6455 wants it, and the upgrade said to be one. */
    bool accepted;
    bool upgraded;
    uint64_t remaining;
    size_t head_bytes;
    /* The beginning of a line whose end has not come yet. */
    char *line;
    size_t line_bytes;
};

void response_begin(struct response *response, bool without_body);

/* Reads on; *used is how many of the bytes belong to this answer. */
enum progress response_read(struct response *response, const char *bytes, size_t count, size_t *used);

/* What it means that the server has ended the connection here. */
enum progress response_end(const struct response *response);

void response_free(struct response *response);

#endif
