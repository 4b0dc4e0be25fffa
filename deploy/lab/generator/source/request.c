#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "system.h"

static FILE *open_text(struct request *request) {
    FILE *text = open_memstream(&request->bytes, &request->length);
    if (text == NULL)
        die("out of memory");
    return text;
}

static void write_head(FILE *text, const struct options *options, const char *method, const char *path) {
    fprintf(text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", method, path, options->port);
    for (int at = 0; at < options->header_count; at++)
        fprintf(text, "%s\r\n", options->headers[at]);
}

struct request *requests_write(const struct options *options) {
    struct request *requests = allocate((size_t)options->path_count, sizeof *requests);
    bool has_body = options->body_bytes || strcmp(options->method, "POST") == 0 || strcmp(options->method, "PUT") == 0;
    for (int at = 0; at < options->path_count; at++) {
        FILE *text = open_text(&requests[at]);
        write_head(text, options, options->method, options->paths[at]);
        if (!options->keep_alive)
            fprintf(text, "Connection: close\r\n");
        if (has_body)
            fprintf(text, "Content-Length: %zu\r\n", options->body_bytes);
        fprintf(text, "\r\n");
        for (size_t left = options->body_bytes; left; left--)
            fputc('x', text);
        fclose(text);
    }
    return requests;
}

struct request handshake_write(const struct options *options, const char *cookie) {
    struct request request = {0};
    FILE *text = open_text(&request);
    write_head(text, options, "GET", options->paths[0]);
    if (cookie)
        fprintf(text, "Cookie: %s\r\n", cookie);
    fprintf(text, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    fprintf(text, "Sec-WebSocket-Key: " HANDSHAKE_KEY "\r\n\r\n");
    fclose(text);
    return request;
}
