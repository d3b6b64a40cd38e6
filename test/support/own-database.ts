/** For tests of how a database starts and dies: each cloud has a DynamoDB Local of its own, as `npm start` has. */
delete process.env.DYNAMODB_LOCAL_URL;
