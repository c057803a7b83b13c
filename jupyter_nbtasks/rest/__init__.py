"""What the REST APIs share: handlers, schemas of bodies and answers, the OpenAPI document."""
